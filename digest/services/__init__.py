"""What lies outside and may fail: pictures, a language model. Behind ports; failure costs only itself."""
